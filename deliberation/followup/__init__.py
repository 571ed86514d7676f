"""落实监督: tasks with owner and date, inspections, the public board of deadlines."""

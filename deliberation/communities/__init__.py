"""单位: the tree of communities from nation to courtyard, their calendars and local settings."""

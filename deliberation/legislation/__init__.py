"""立法联系点: texts of law that a contact point works on. The parser of statutes, amendments and drafts stands here."""

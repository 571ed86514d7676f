"""立法联系点: drafts of laws and what people say to them. The reading of the texts themselves is ``statute``."""

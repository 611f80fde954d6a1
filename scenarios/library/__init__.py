"""The scenarios that come with Teleward, as files."""

"""The instructor's pages: truth beside what is displayed, and the hands on the session's clock."""

"""Each shape the database has had, oldest first. A version that has been released is never edited."""

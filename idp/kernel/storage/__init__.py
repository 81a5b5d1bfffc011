"""What is kept: the database, its migrations, files."""

"""What two tests share."""
books = []

"""What is stored of whom, as data, and the documents that are made of it."""

"""A school reflects on its use of digital technology: rules, texts and stores shared by all functions."""

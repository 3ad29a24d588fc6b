"""Run the same functions on one machine; nothing here is ever deployed."""

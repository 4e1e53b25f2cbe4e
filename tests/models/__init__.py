"""What is remembered, and how its shape changes."""

"""Small pure helpers. They import none of ours, no database, no clock."""

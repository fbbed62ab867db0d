"""What every screen has: the lab behind it, its frame, help, commands, notices, files."""

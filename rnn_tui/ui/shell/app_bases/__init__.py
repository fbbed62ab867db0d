"""The app that the screens belong to, part by part: threads, hints, measuring, and what all actions need."""

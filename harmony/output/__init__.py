"""What a run leaves on disk: fields over time, histories."""

"""What an audit says, for people and for programs: terminal, JSON, HTML."""

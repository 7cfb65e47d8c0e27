"""The only code that touches the world; implements engine.ports."""

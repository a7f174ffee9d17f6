"""Scripts that run other projects: by themselves, in an environment without ours."""

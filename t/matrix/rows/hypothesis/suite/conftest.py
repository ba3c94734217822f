from hypothesis import settings

settings.register_profile("same", derandomize=True, database=None)
settings.register_profile("thorough", max_examples=150)

"""Evidence: what the field says about negative prompts, put to the test on the embedded models, with rules fixed beforehand."""

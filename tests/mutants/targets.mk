# make mutants         breaks the code on purpose; a test must notice each

.PHONY: mutants
mutants:
	@tools/mutants

"""How proofs and differences of policies are shown: text, JSON, SARIF, JUnit, Markdown, annotations, one HTML page.

Everything here renders values of `havocproof.proving.results`; nothing decides. Texts of a policy are data in each of
these formats: each renderer escapes what it is given.
"""

"""How the pages of the tests begin: whose they are, and with which key they are asked."""

ACME = """
version = 1
name = "acme"
title = "Acme HR"
docs = "https://hr.acme.example/docs"
auth = { environment = "ACME_KEY" }
"""

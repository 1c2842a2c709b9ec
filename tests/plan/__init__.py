"""Sichuan's plan for the carbon neutrality of social activities, row by row: what each asks for, shown over the API.

The rows are those of the plan's list of functions as China Environment News printed it on 2021-04-09, page 2.
"""

"""Reads the template as CloudFormation will: transformed by SAM, in each partition, with each condition on and off.

`python -m scripts.template_check` prints what it checked and each problem. The local AWS forgives what CloudFormation
refuses, so each rule here stands for something that the real AWS would refuse, or would do otherwise than meant.
"""

"""Checks the template as CloudFormation reads it: transformed by SAM, in each partition, each condition on and off.

`python -m scripts.template_check` prints the extent of the check, and each problem. The local AWS accepts more than
CloudFormation. So each rule is for something that AWS would refuse, or would do otherwise than intended.
"""

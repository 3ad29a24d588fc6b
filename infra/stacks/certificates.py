"""Certificates of a stage's two addresses."""

from aws_cdk import aws_certificatemanager as acm
from constructs import Construct


def certificate(scope: Construct, domain: str, arn: str, *, public: bool = True) -> acm.ICertificate:
    """Return the certificate that is there; without ``arn``, one that is made, and that renews itself.

    Making it waits until its domain is proven by a DNS record (docs/runbook/first-deployment.md). Browsers ask for one
    that is entered in the public logs of certificates; where only the CDN comes, nobody needs to read of the address.
    """
    if arn:
        return acm.Certificate.from_certificate_arn(scope, "Certificate", arn)
    return acm.Certificate(
        scope,
        "Certificate",
        domain_name=domain,
        validation=acm.CertificateValidation.from_dns(),
        transparency_logging_enabled=public,
    )

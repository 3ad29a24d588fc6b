"""A data map for the sample school: what a coordinator has listed, and what a colleague has begun behind the link."""

from datetime import date, timedelta
from typing import Any, Final

from infra.local.client import Client

LEARNING_PLATFORM: Final = {
    "name": "Learning platform",
    "kind": "cloud",
    "prompts": ["homework", "communications"],
    "provider": "Example Learning Ltd",
    "people": ["pupils", "parents", "staff"],
    "sources": ["pupils", "staff", "tool"],
    "data": ["pupil", "attainment", "classroom_apps", "identifiers", "usage", "other"],
    "data_other": "chat messages in class rooms",
    "special": ["health"],
    "special_ground": "public_interest",
    "purposes": ["schooling", "administration", "other"],
    "purpose_other": "statistics of the town",
    "ground": "public_task",
    "seen_by": ["pupil", "parents", "teachers", "provider"],
    "passed_to": "the town\u2019s school department, totals only",
    "kept_from": "school_year",
    "kept_months": 12,
    "places": ["eea", "outside_eea"],
    "transfer": "clauses",
    "destroyed": "by_provider",
    "code_names": "no",
    "agreement": "signed",
    "breach_clause": "yes",
    "deletion_clause": "no",
    "note": "The ICT team knows more.",
}
CLASS_REGISTER: Final = {
    "name": "Class register",
    "kind": "paper",
    "prompts": ["absence"],
    "people": ["pupils"],
    "sources": ["staff"],
    "data": ["pupil", "absence"],
    "purposes": ["administration"],
    "seen_by": ["teachers", "office"],
    "kept_from": "leaving",
    "kept_months": 24,
    "places": ["cupboard"],
    "destroyed": "shredded",
}
RULES: Final = {
    "absent": ["biometrics", "tags"],
    "images": [
        {"channel": "closed_site", "asked": True, "withdrawable": True},
        {"channel": "social_media", "asked": False, "withdrawable": True},
    ],
    "rights": ["see", "take", "correct"],
    "contact": "The school office, privacy@riverside.example",
    "officer": "",
}


def add_data_map(client: Client, site_url: str, school: str, today: date) -> str:
    """List a tool, invite colleagues, and let one of them list another; return what stands in their link.

    A map that is there stays as it is, and its link is known to nobody.
    """
    base = f"/api/schools/{school}/data-map"
    seen = client.expect(200, "GET", base)
    if seen["tools"]:
        return ""
    signed = {"agreement_from": str(today - timedelta(days=700)), "agreement_until": str(today + timedelta(days=30))}
    client.expect(201, "POST", f"{base}/tools", {**LEARNING_PLATFORM, **signed})
    approval: dict[str, Any] = {"body": "School council", "day": str(today), "reference": "Minutes 4/2026"}
    seen = client.expect(200, "PUT", base, {"version": seen["version"], **RULES, "approval": approval})
    token = str(client.expect(200, "PUT", f"{base}/link", {"version": seen["version"], "days": 30})["token"])
    Client(site_url).expect(201, "POST", "/api/data-map-links/tools", {"token": token, "tool": CLASS_REGISTER})
    return token

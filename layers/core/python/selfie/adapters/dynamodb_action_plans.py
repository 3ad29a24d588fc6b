"""Action plans in DynamoDB, an item for each: a plan is read and written as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from selfie.adapters import aws, formats, items, keys
from selfie.adapters.order import newest_plans_first
from selfie.domain.action_plan import ActionPlan
from selfie.domain.errors import ChangedMeanwhile, PlanExists

# False when the school has a plan for this area, level and school year.
_IS_NEW: Final = {"ConditionExpression": "attribute_not_exists(PK)"}


class DynamoActionPlans:
    """Action plans in the Exercises table; ``client`` is boto3's low-level one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def get(self, plan_id: str) -> ActionPlan:
        """Raise Unknown when there is none."""
        # A link that was revoked is dead at once, and a change is built on what is there now.
        return formats.read_action_plan(items.get(self._client, self._table, keys.action_plan(plan_id)))

    def of_school(self, school_id: str) -> Sequence[ActionPlan]:
        """Return all of a school's, newest school year first, levels and areas in order."""
        found = items.of_partition(self._client, self._table, keys.school_partition(school_id), keys.ACTION_PLANS)
        return newest_plans_first(map(formats.read_action_plan, found))

    def add(self, plan: ActionPlan) -> None:
        """Raise PlanExists when the id is taken."""
        with aws.first_wins(PlanExists, lambda: self.get(plan.id), plan):
            self._put(plan, _IS_NEW)

    def change(self, before: ActionPlan, after: ActionPlan) -> ActionPlan:
        """Store a change with the next version; raise ChangedMeanwhile unless the stored version is ``before``'s."""
        stored = replace(after, version=before.version + 1)
        with aws.first_wins(ChangedMeanwhile, lambda: self.get(stored.id), stored):
            self._put(stored, aws.is_still(before.version))
        return stored

    def remove(self, plan: ActionPlan) -> None:
        """Delete a plan; raise ChangedMeanwhile when the stored version is another."""
        with aws.first_wins(ChangedMeanwhile):
            self._client.delete_item(TableName=self._table, Key=keys.action_plan(plan.id), **aws.is_still(plan.version))

    def _put(self, plan: ActionPlan, condition: Mapping[str, Any]) -> None:
        item = {**keys.action_plan(plan.id), **formats.write_action_plan(plan)}
        self._client.put_item(TableName=self._table, Item=item, **condition)

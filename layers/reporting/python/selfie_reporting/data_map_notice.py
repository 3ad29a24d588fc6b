"""What a school tells parents about its tools: written from its data map, as the register is."""

from collections.abc import Iterator, Sequence

from selfie.data_map_words import data_map_words
from selfie.domain.data_map import Answer, DataMap, People, Place, Tool
from selfie.i18n import format_day, translator
from selfie.notices import Notice, Section, complaint
from selfie_reporting.data_map_view import told_of

# What parents ask of each tool, in their order.
_ASKED = ("people", "data", "special", "purposes", "seen_by", "passed_to", "kept_from", "places", "ground")


def data_map_notice(of: DataMap, tools: Sequence[Tool], school: str, country: str, locale: str) -> Notice:
    """Write the notice; tools that hold data of staff or visitors alone are none of it."""
    _ = translator(locale).gettext
    told = [tool for tool in tools if not tool.people or {People.PUPILS, People.PARENTS} & set(tool.people)]
    sections = (
        Section((), _("What this is"), tuple(_introduction(of, school, locale))),
        *(Section((), tool.name, tuple(_about(tool, locale))) for tool in told),
        *_images(of, locale),
        *_rights(of, country, locale),
    )
    return Notice(_("How our school handles data: notice to parents"), sections)


def _introduction(of: DataMap, school: str, locale: str) -> Iterator[str]:
    _, words = translator(locale).gettext, data_map_words(locale)
    yield _("{school} is responsible for the data of your child and of you.").format(school=school)
    yield _("Here are the tools that we use, and for each what is in it, what for, who sees it, how long and where.")
    if of.rules.absent:
        yield _("We have no tool for: {list}.").format(list=words.listed(words.names(of.rules.absent)))


def _about(tool: Tool, locale: str) -> Iterator[str]:
    _ = translator(locale).gettext
    said = {line.field: line for line in told_of(tool, locale) if line.said}
    pairs = [said[name] for name in _ASKED if name in said]
    if not pairs:
        yield _("Not described yet.")
    if tool.provider:
        yield _("{name}: {value}").format(name=said["provider"].name, value=tool.provider)
    for line in pairs:
        yield _("{name}: {value}").format(name=line.name, value=line.said)
    if tool.code_names is Answer.YES:
        yield _("The provider gets code names only. Nobody but our school knows who is who.")
    if Place.OUTSIDE_EEA in tool.places:
        yield _("Data leave the European Economic Area, where other laws apply.")


def _images(of: DataMap, locale: str) -> Iterator[Section]:
    _, words = translator(locale).gettext, data_map_words(locale)
    heading = _("Photos and videos")
    if of.rules.no_images:
        yield Section((), heading, (_("We show no photos or videos of pupils."),))
    uses = [use for use in of.rules.images if use.asked]
    if uses:
        places = words.listed(words.names(use.channel for use in uses))
        said = [
            _("We ask for your permission for each of these by itself: {list}.").format(list=places),
            _("Silence is no permission. Whoever says yes to one has said yes to no other."),
        ]
        if all(use.withdrawable for use in uses):
            said.append(_("You can withdraw a permission at any time. Then we take the images down."))
        yield Section((), heading, tuple(said))


def _rights(of: DataMap, country: str, locale: str) -> Iterator[Section]:
    _, words = translator(locale).gettext, data_map_words(locale)
    rules = of.rules
    said = []
    if rules.rights:
        said.append(_("You can ask us to: {list}.").format(list=words.listed(words.names(rules.rights))))
    if rules.contact:
        said.append(_("Ask here: {contact}").format(contact=rules.contact))
    if rules.officer:
        said.append(_("Data protection officer: {officer}").format(officer=rules.officer))
    said.append(complaint(country, _))
    if rules.approval:
        agreed = _("On {day} the participation council ({body}) agreed to these rules.")
        said.append(agreed.format(body=rules.approval.body, day=format_day(rules.approval.day, locale)))
    yield Section((), _("Your rights"), tuple(said))

"""Where a person can complain about the use of personal data, by country; the names are the authorities' own."""

from typing import Final, NamedTuple


class Authority(NamedTuple):
    """A supervisory authority."""

    name: str
    website: str


# European Data Protection Board, «Our members», and the countries beside it whose schools may take part.
AUTHORITIES: Final = {
    "AL": Authority("Komisioneri për të Drejtën e Informimit dhe Mbrojtjen e të Dhënave Personale", "www.idp.al"),
    "AT": Authority("Österreichische Datenschutzbehörde", "www.dsb.gv.at"),
    "BA": Authority("Agencija za zaštitu ličnih podataka u Bosni i Hercegovini", "www.azlp.ba"),
    "BE": Authority(
        "Gegevensbeschermingsautoriteit / Autorité de protection des données", "www.dataprotectionauthority.be"
    ),
    "BG": Authority("Комисия за защита на личните данни", "www.cpdp.bg"),
    "CH": Authority("Eidgenössischer Datenschutz- und Öffentlichkeitsbeauftragter", "www.edoeb.admin.ch"),
    "CY": Authority("Επίτροπος Προστασίας Δεδομένων Προσωπικού Χαρακτήρα", "www.dataprotection.gov.cy"),
    "CZ": Authority("Úřad pro ochranu osobních údajů", "www.uoou.gov.cz"),
    "DE": Authority("Die Bundesbeauftragte für den Datenschutz und die Informationsfreiheit", "www.bfdi.bund.de"),
    "DK": Authority("Datatilsynet", "www.datatilsynet.dk"),
    "EE": Authority("Andmekaitse Inspektsioon", "www.aki.ee"),
    "ES": Authority("Agencia Española de Protección de Datos", "www.aepd.es"),
    "FI": Authority("Tietosuojavaltuutetun toimisto", "tietosuoja.fi"),
    "FR": Authority("Commission nationale de l’informatique et des libertés (CNIL)", "www.cnil.fr"),
    "GB": Authority("Information Commissioner’s Office", "ico.org.uk"),
    "GE": Authority("პერსონალურ მონაცემთა დაცვის სამსახური", "pdps.ge"),
    "GR": Authority("Αρχή Προστασίας Δεδομένων Προσωπικού Χαρακτήρα", "www.dpa.gr"),
    "HR": Authority("Agencija za zaštitu osobnih podataka", "azop.hr"),
    "HU": Authority("Nemzeti Adatvédelmi és Információszabadság Hatóság", "www.naih.hu"),
    "IE": Authority("Data Protection Commission", "www.dataprotection.ie"),
    "IS": Authority("Persónuvernd", "www.personuvernd.is"),
    "IT": Authority("Garante per la protezione dei dati personali", "www.garanteprivacy.it"),
    "LI": Authority("Datenschutzstelle", "www.datenschutzstelle.li"),
    "LT": Authority("Valstybinė duomenų apsaugos inspekcija", "vdai.lrv.lt"),
    "LU": Authority("Commission nationale pour la protection des données", "cnpd.public.lu"),
    "LV": Authority("Datu valsts inspekcija", "www.dvi.gov.lv"),
    "MD": Authority("Centrul Național pentru Protecția Datelor cu Caracter Personal", "datepersonale.md"),
    "ME": Authority("Agencija za zaštitu ličnih podataka i slobodan pristup informacijama", "www.azlp.me"),
    "MK": Authority("Агенција за заштита на личните податоци", "azlp.mk"),
    "MT": Authority("Office of the Information and Data Protection Commissioner", "idpc.org.mt"),
    "NL": Authority("Autoriteit Persoonsgegevens", "www.autoriteitpersoonsgegevens.nl"),
    "NO": Authority("Datatilsynet", "www.datatilsynet.no"),
    "PL": Authority("Urząd Ochrony Danych Osobowych", "uodo.gov.pl"),
    "PT": Authority("Comissão Nacional de Proteção de Dados", "www.cnpd.pt"),
    "RO": Authority(
        "Autoritatea Națională de Supraveghere a Prelucrării Datelor cu Caracter Personal", "www.dataprotection.ro"
    ),
    "RS": Authority("Повереник за информације од јавног значаја и заштиту података о личности", "www.poverenik.rs"),
    "SE": Authority("Integritetsskyddsmyndigheten", "www.imy.se"),
    "SI": Authority("Informacijski pooblaščenec", "www.ip-rs.si"),
    "SK": Authority("Úrad na ochranu osobných údajov Slovenskej republiky", "dataprotection.gov.sk"),
    "TR": Authority("Kişisel Verileri Koruma Kurumu", "www.kvkk.gov.tr"),
    "UA": Authority("Уповноважений Верховної Ради України з прав людини", "ombudsman.gov.ua"),
    "XK": Authority("Agjencia për Informim dhe Privatësi", "aip.rks-gov.net"),
}

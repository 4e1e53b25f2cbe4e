"""A bundle that has nothing to do with talents: what another district might write."""

from dataclasses import replace

from domain.bundles import BundleBook
from services.office import Office
from services.yaml_files import parts_of

SHOP = """
bundles:
  - key: open-a-shop
    measure: loan-interest-subsidy
    name: {zh: 开店“一件事”, en: “One thing” to open a shop}
    confirmed: true
    questions:
      - key: size
        label: {zh: 面积, en: Size}
        ask: {zh: 店有多大？, en: How large is the shop?}
        options:
          - {zh: 不满 100 平方米, en: Under 100 m²}
          - {zh: 100 平方米及以上, en: 100 m² or more}
    items:
      - key: sign
        name: {zh: 门头招牌, en: Shop sign}
        department: law_enforcement
        category: permit_project
        questions: [size]
        note: {zh: 不超过门楣, en: Not above the lintel}
        source: S-REPORT
        confidence: low
      - key: fire
        name: {zh: 消防检查, en: Fire check}
        department: emergency
        category: infra_env_safety
        questions: [size, street]
        source: null
        confidence: low
"""


def book(text: str = SHOP) -> BundleBook:
    """The templates of a text in the form of bundles.yaml."""
    parts, faults = parts_of(text, "bundles.yaml")
    assert faults == []
    read, faults = parts[0].read(BundleBook)
    assert read is not None, [str(fault) for fault in faults]
    return read


def with_bundles(office: Office, text: str = SHOP) -> Office:
    """The same office with other templates."""
    return replace(office, catalogue=replace(office.catalogue, bundles=book(text)))

"""What a search was about, for the headline that nothing fits."""

import pytest

from domain.search_topics import topic_of


@pytest.mark.parametrize(
    ("asked", "topic"),
    [
        ("办公室装修有补贴吗", "办公室装修补贴"),
        ("请问一下我们公司有没有装修补贴？", "装修补贴"),
        ("我想申请买车有什么补贴", "买车补贴"),
        ("能帮我办护照吗", "护照"),
        ("今天天气怎么样", "今天天气"),
        ("is there a subsidy for pig farming?", "subsidy for pig farming"),
        ("How do I get a visa for my engineer", "visa for my engineer"),
        ("？？", ""),
        ("你好", ""),
        ("这是一个说了很久也没有说完的故事，从前有一家公司，后来它搬走了，再后来又回来了", ""),
    ],
)
def test_the_topic_is_what_remains_without_the_question(asked: str, topic: str) -> None:
    assert topic_of(asked) == topic

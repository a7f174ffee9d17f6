"""The operators of data-juicer that do what our caption filters do; nothing is imported here."""

# What does the same as our filters, with our limits; templates, boilerplate, file names and
# entropy have no operator.
OPERATORS = [
    {"clean_html_mapper": {}},
    {"fix_unicode_mapper": {"normalization": "NFC"}},
    {"whitespace_normalization_mapper": {}},
    {"text_length_filter": {"min_len": 6, "max_len": 1000}},
    {"words_num_filter": {"min_num": 2, "max_num": 256}},
    {"alphanumeric_filter": {"min_ratio": 0.5, "max_ratio": 1.0}},
    {"special_characters_filter": {"min_ratio": 0.0, "max_ratio": 0.5}},
    {"character_repetition_filter": {"rep_len": 10, "max_ratio": 0.35}},
    {"word_repetition_filter": {"rep_len": 2, "max_ratio": 0.45}},
]
LANGUAGE = {"language_id_score_filter": {"lang": ["en"], "min_score": 0.4}}
# By URL, so that the captions that the benchmark repeats stay, as with us.
DEDUPLICATOR = {"document_deduplicator": {"text_key": "url"}}

"""Croissant 1.0 metadata (https://docs.mlcommons.org/croissant/docs/croissant-spec.html)."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from schemas.tables import METADATA

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def make_croissant(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the JSON-LD of a dataset: every shard and table with its sha256, and the columns."""
    files = [_file_object(file, "application/x-tar") for file in manifest["shards"]] + [
        _file_object(file, "application/vnd.apache.parquet") for file in manifest["metadata"]
    ]
    tables = {
        "@type": "cr:FileSet",
        "@id": "metadata",
        "name": "metadata",
        "description": "One row a sample, in the order of the tar of the same number.",
        "encodingFormat": "application/vnd.apache.parquet",
        "includes": "metadata/*.parquet",
    }
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": manifest["recipe"].get("name", "dataset"),
        "description": "Image-text pairs from the web, built by webimagetext.",
        "datePublished": manifest["created_at"],
        "version": f"{manifest['schema_version']}.0.0",
        "distribution": [*files, tables],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "pairs",
                "name": "pairs",
                "field": [_field(column) for column in METADATA if _data_type(column)],
            }
        ],
    }


def _file_object(file: Mapping[str, Any], encoding: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file["path"],
        "name": file["path"],
        "contentUrl": file["path"],
        "contentSize": f"{file['bytes']} B",
        "encodingFormat": encoding,
        "sha256": file["sha256"],
    }


def _data_type(column: "pa.Field[pa.DataType]") -> str:
    if pa.types.is_string(column.type):
        return "sc:Text"
    if pa.types.is_integer(column.type):
        return "sc:Integer"
    if pa.types.is_floating(column.type):
        return "sc:Float"
    return "sc:Date" if pa.types.is_timestamp(column.type) else ""


def _field(column: "pa.Field[pa.DataType]") -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"pairs/{column.name}",
        "name": column.name,
        "dataType": _data_type(column),
        "source": {"fileSet": {"@id": "metadata"}, "extract": {"column": column.name}},
    }

"""The bodies of requests: JSON, forms, pictures as text."""

import base64
import binascii
import logging
import re
import sys

import anyio
from fastapi.exceptions import HTTPException
from pydantic import ValidationError
from starlette.formparsers import MultiPartException, MultiPartParser

from inpaint_tf.errors import InputError

_DATA_URL = re.compile(r"data:[\w.+/-]*(;[\w.=+-]+)*,")
_MOST_PARTS = 100
_MOST_MARKS = 100_000  # of lists, objects and commas; requests have some hundreds


class _InMemory(MultiPartParser):
    """Starlette's reader of forms, but without writing files over a megabyte to the disk."""

    spool_max_size = sys.maxsize


async def read_json(request, model):
    """The body as an instance of `model`, a pydantic class.

    Raises:
        HTTPException: 422, the body is not JSON, or a value in it has the wrong type.
    """
    body = await request.body()
    # A few megabytes of empty lists would take gigabytes, and half a minute.
    if sum(body.count(mark) for mark in (b"[", b"{", b",")) > _MOST_MARKS:
        raise HTTPException(422, "the body has too many parts")
    try:
        return await anyio.to_thread.run_sync(model.model_validate_json, body)
    except ValidationError as error:
        raise HTTPException(422, _first_complaint(error)) from error


async def read_form(request, model):
    """The body, a multipart form, as a `model` and a dict of its files.

    Returns:
        `(fields, files)`: an instance of `model` and name -> list of bytes.

    Raises:
        HTTPException: 422, the body is not a form, or a field has the wrong type.
    """
    # It would log, byte by byte, what we say in a sentence.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    content_type = request.headers.get("content-type", "").lower()
    if not content_type.startswith("multipart/form-data"):
        raise HTTPException(422, "the body is not a form; expected multipart/form-data")
    parser = _InMemory(
        request.headers, request.stream(), max_files=_MOST_PARTS, max_fields=_MOST_PARTS
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise HTTPException(422, f"the form is damaged ({error.message.rstrip('.')})") from error
    except ValueError as error:  # of codecs: the form says in which one its names are
        raise HTTPException(422, "the form is damaged (its text cannot be read)") from error
    fields, files = {}, {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields[name] = value
        else:
            files.setdefault(name.removesuffix("[]"), []).append(await value.read())
            await value.close()
    try:
        return model.model_validate(fields), files
    except ValidationError as error:
        raise HTTPException(422, _first_complaint(error)) from error


def picture_bytes(text, name):
    """The bytes of a picture file given as base64, bare or as a data URL.

    Raises:
        InputError: it is not base64, or is missing.
    """
    start = _DATA_URL.match(text[:200])
    text = text[start.end() :] if start else text
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError(f"{name} is not base64; expected a picture file as base64.") from error
    if not data:
        raise InputError(f"{name} is missing; expected a picture file as base64.")
    return data


def one_file(files, name):
    """The bytes of the one file of this name in a form."""
    if not files.get(name):
        raise InputError(f"{name} is missing; expected a picture file in the form.")
    return files[name][0]


def json_schema(model):
    """The description of a JSON body on the page of the interface, for `openapi_extra`."""
    return _described("application/json", model.model_json_schema())


def form_schema(model, *files):
    """The description of a form with files on the page of the interface."""
    schema = model.model_json_schema()
    binary = {name: {"type": "string", "format": "binary"} for name in files}
    schema["properties"] = {**binary, **schema.get("properties", {})}
    schema["required"] = [*files[:1], *schema.get("required", [])]
    return _described("multipart/form-data", schema)


def _described(media_type, schema):
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}


def _first_complaint(error):
    complaint = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in complaint["loc"]) or "the body"
    return f"{where}: {complaint['msg'].rstrip('.')}"

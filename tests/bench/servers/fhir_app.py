"""The FHIR peers: FastAPI with the models of `fhir.resources`. They read what the gateway reads, and store nothing.

`textbook`: the model is the parameter, and a model is the answer. `plain`: the model only looks at what comes in, and
the answer is a dict. Either answers with a message as long as the gateway's (`answer_fhir.json`).
"""

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.flag import Flag
from pydantic import ValidationError

JSON = "application/fhir+json"
FIXED = json.loads(Path(__file__).with_name("answer_fhir.json").read_text(encoding="utf-8"))
PATH = "/fhir/$process-message"
textbook, plain = (FastAPI(openapi_url=None) for _ in range(2))


def answer(message: Bundle) -> dict[str, Any]:
    """The answer to a signal: the fixed one, about this message."""
    header, flag = message.entry[0].resource, message.entry[1].resource
    assert isinstance(flag, Flag)
    (own_header, *others) = FIXED["entry"]
    response = own_header["resource"]["response"] | {"identifier": header.id}
    receipt = others[-1]["resource"] | {"identifier": [{"use": "secondary", "value": flag.identifier[0].value}]}
    entries = [
        own_header | {"resource": own_header["resource"] | {"response": response}},
        *others[:-1],
        others[-1] | {"resource": receipt},
    ]
    return FIXED | {"timestamp": dt.datetime.now(dt.UTC).isoformat(), "entry": entries}


@textbook.post(PATH)
async def _(message: Bundle) -> Response:
    return Response(Bundle.model_validate(answer(message)).model_dump_json(), media_type=JSON)


@plain.post(PATH)
async def _(request: Request) -> Response:
    try:
        message = Bundle.model_validate_json(await request.body())
    except ValidationError:
        return Response(status_code=422)
    told = json.dumps(answer(message), ensure_ascii=False, separators=(",", ":"))
    return Response(told, media_type=JSON)


APPS = {"textbook": textbook, "plain": plain}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=APPS)
    parser.add_argument("port", type=int)
    asked = parser.parse_args()
    app = APPS[asked.way]
    uvicorn.run(app, host="127.0.0.1", port=asked.port, access_log=False, log_config=None, lifespan="off")

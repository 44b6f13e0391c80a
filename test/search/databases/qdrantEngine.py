"""Qdrant's own engine, qdrant-edge, behind the paths of the REST interface that `qdrantIndex` uses.

    pip install qdrant-edge-py==0.9.0
    python3 test/search/databases/qdrantEngine.py 6399 &
    QDRANT_URL=http://127.0.0.1:6399 npx vitest run test/search/databases/qdrantIndex.test.ts -t 'as a VectorIndex'
"""

import json
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit
from uuid import UUID

import qdrant_edge as qdrant

DISTANCES = {
    "Cosine": qdrant.Distance.Cosine,
    "Euclid": qdrant.Distance.Euclid,
    "Dot": qdrant.Distance.Dot,
}


class Collection:
    def __init__(self, vectors):
        self.vectors = vectors
        self.schema = {}
        params = qdrant.EdgeVectorParams(size=vectors["size"], distance=DISTANCES[vectors["distance"]])
        self.shard = qdrant.EdgeShard.create(tempfile.mkdtemp(), qdrant.EdgeConfig(vectors=params))

    def info(self, _):
        return {"config": {"params": {"vectors": self.vectors}}, "payload_schema": self.schema}

    def index(self, body):
        name = body["field_name"]
        self.update(qdrant.UpdateOperation.create_field_index(name, qdrant.PayloadSchemaType.Keyword))
        self.schema[name] = {"data_type": "keyword"}
        return {"status": "completed"}

    def upsert(self, body):
        points = [qdrant.Point(UUID(p["id"]), p["vector"], p["payload"]) for p in body["points"]]
        return self.update(qdrant.UpdateOperation.upsert_points(points))

    def delete(self, body):
        return self.update(qdrant.UpdateOperation.delete_points_by_filter(read_filter(body["filter"])))

    def update(self, operation):
        self.shard.update(operation)
        return {"status": "completed"}

    def retrieve(self, body):
        ids = [UUID(id) for id in body["ids"]]
        return [{"id": str(r.id)} for r in self.shard.retrieve(ids, with_payload=False, with_vector=False)]

    def count(self, body):
        request = qdrant.CountRequest(exact=body["exact"], filter=read_filter(body["filter"]))
        return {"count": self.shard.count(request)}

    def query(self, body):
        return [{"points": self.search(search)} for search in body["searches"]]

    def search(self, search):
        found = self.shard.query(
            qdrant.QueryRequest(
                limit=search["limit"],
                query=qdrant.Query.Nearest(search["query"]),
                filter=read_filter(search["filter"]),
                params=qdrant.SearchParams(exact=search["params"]["exact"]),
                with_payload=qdrant.PayloadSelector.Include(search["with_payload"]),
                with_vector=False,
            )
        )
        return [{"id": str(p.id), "score": p.score, "payload": p.payload} for p in found]


ROUTES = {
    ("GET", ""): Collection.info,
    ("PUT", "index"): Collection.index,
    ("PUT", "points"): Collection.upsert,
    ("POST", "points"): Collection.retrieve,
    ("POST", "points/count"): Collection.count,
    ("POST", "points/delete"): Collection.delete,
    ("POST", "points/query/batch"): Collection.query,
}

collections = {}
lock = threading.Lock()


def read_filter(given):
    return qdrant.Filter(must=[read_condition(part) for part in given["must"]])


def read_condition(part):
    if "has_id" in part:
        return qdrant.HasIdCondition({UUID(id) for id in part["has_id"]})
    match = part["match"]
    test = qdrant.MatchAny(match["any"]) if "any" in match else qdrant.MatchValue(match["value"])
    return qdrant.FieldCondition(part["key"], match=test)


def answer(method, url, body):
    _, _, name, *rest = urlsplit(url).path.split("/")
    name, rest = unquote(name), "/".join(rest)
    if (method, rest) == ("PUT", ""):
        collections[name] = Collection(body["vectors"])
        return 200, {"result": True}
    if name not in collections:
        return 404, {"status": {"error": f"Not found: {name}"}}
    return 200, {"result": ROUTES[method, rest](collections[name], body)}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_any(self):
        length = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        try:
            with lock:
                status, result = answer(self.command, self.path, body)
        except Exception as error:
            status, result = 400, {"status": {"error": repr(error)}}
        data = json.dumps(result).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_POST = handle_any

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()

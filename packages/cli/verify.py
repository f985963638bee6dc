#!/usr/bin/env python3
"""Verifies what a Change Ledger wrote, with nothing but Python 3.11. Written from docs/formats.md alone, apart from our own verifier.

verify.py [BUNDLE.zip | BAG_FOLDER | ENTRY_HASH.tlog-proof]... [--ledger FILE.jsonl] [--log FOLDER] [--bundles FOLDER]
          [--trust FILE] [--checkpoint FILE]... [--now INSTANT]
One JSON object a line for each fault: check, subject, seq, leaf, file, expected, found. Exit codes: 0 sound, 1 something is wrong,
2 called wrongly or an input cannot be read. Without --trust the log's own trust.json is taken, which vouches for nothing but itself.
Not covered: the members of `facts`, what lies in WARC files (their digests are), pages for people, attestations."""
import argparse, base64, bisect, datetime, decimal, functools, hashlib, json, os, pathlib, re, sys, types, zipfile, zlib

class Bad(ValueError): """What is wrong with some bytes."""
faults = []
def fault(check, expected, found, **where):
    faults.append(check)
    print(json.dumps({"check": check, **where, "expected": expected, "found": found}, default=bytes.hex), flush=True)
def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def read(*path): return pathlib.Path(*path).read_bytes()
def walk(top, below="**/*"): return sorted(path.relative_to(top).as_posix() for path in pathlib.Path(top).glob(below) if path.is_file())
# Canonical JSON, RFC 8785
def utf16(word): return word.encode("utf-16-be", "surrogatepass")
def canonical(v):
    if isinstance(v, dict): return "{%s}" % ",".join(canonical(k) + ":" + canonical(v[k]) for k in sorted(v, key=utf16))
    if isinstance(v, list): return "[%s]" % ",".join(map(canonical, v))
    if not isinstance(v, float): return json.dumps(v, ensure_ascii=False)
    if v == 0 or 1e-6 <= abs(v) < 1e21: return format(decimal.Decimal(repr(v)), "f").removesuffix(".0")  # ECMAScript's Number::toString
    return re.sub("e([+-])0", r"e\1", repr(v))
def parse(raw):
    value = json.loads(raw.decode(), parse_int=lambda s: int(s) if len(s) < 16 else float(s))
    if canonical(value).encode() != raw: raise Bad("not the canonical spelling of its value")
    return value
# Ed25519, RFC 8032 section 5.1.7
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, SQRT_OF_MINUS_1 = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
def add(p, q):
    a, b, c, d = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0]), 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P
def times(n, p): return (0, 1, 1, 0) if n == 0 else add(times(n - 1, p), p) if n & 1 else times(n >> 1, add(p, p))
def point(raw):
    y, odd = int.from_bytes(raw, "little") & (1 << 255) - 1, raw[31] >> 7
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    x = x if x * x % P == xx else x * SQRT_OF_MINUS_1 % P
    if y >= P or x * x % P != xx or (x == 0 and odd): raise Bad("no point of the curve")
    x = x if x & 1 == odd else P - x
    return x, y, 1, x * y % P
BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
@functools.cache
def is_signed(key, message, signature):
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= ORDER: return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    x, y, _, t = point(key)
    x, y, z, _ = add(times(s, BASE), times(k, (P - x, y, 1, P - t)))
    return (y * pow(z, -1, P) % P | (x * pow(z, -1, P) % P & 1) << 255).to_bytes(32, "little") == signature[:32]
# Trust file, signed notes, checkpoints, proof files
def unbase64(word):
    if base64.b64encode(base64.b64decode(word)).decode() != word: raise Bad("another spelling of base64")
    return base64.b64decode(word)
def natural(word):
    if not re.fullmatch("0|[1-9][0-9]{0,15}", word) or int(word) >= 2**53: raise Bad("no number: " + word[:40])
    return int(word)
def instant(word): return datetime.datetime.fromisoformat(word)
def read_trust(raw):
    """The log's origin, and its note keys by name and id: (key, from, until)."""
    value, keys = parse(raw), {}
    for item in value["noteKeys"]:
        name, key_id, key = item["key"].split("+", 2)
        key = unbase64(key)
        if sha(name.encode(), b"\n", key)[:4].hex() != key_id or len(key) != 33 or key[0] != 1: raise Bad("the id of a key is not its own")
        keys[name, key_id] = key[1:], instant(item["from"]), instant(item.get("until", "9999-12-31T23:59:59Z"))
    return types.SimpleNamespace(origin=value["origin"], keys=keys)
HOUR = datetime.timedelta(hours=1)
def parse_checkpoint(raw):
    text, blank, tail = raw.decode().rpartition("\n\n")
    signatures = [re.fullmatch(r"— ([^\s+]+) (\S+)", line) for line in tail[:-1].split("\n")]
    if not blank or tail[-1:] != "\n" or re.search("[\0-\x09\x0b-\x1f\x7f]", text) or not all(signatures): raise Bad("no signed note")
    origin, size, root, *more = text.split("\n")
    note = types.SimpleNamespace(origin=origin, size=natural(size), root=unbase64(root), end=None, path="")
    if len(more) == 1 and re.fullmatch("hour [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}", more[0]):
        note.end, note.path = instant(more[0][5:] + ":00:00Z") + HOUR, "hours/" + re.sub("[-T]", "/", more[0][5:])
    note.signed, note.signatures = (text + "\n").encode(), [(m[1], unbase64(m[2])[:4].hex(), unbase64(m[2])[4:]) for m in signatures]
    if len(note.root) != 32 or origin == "" or "" in more or (note.size == 0 and note.root != sha()): raise Bad("no checkpoint")
    return note
def read_checkpoint(raw, file, trust, now=None):
    """A signed checkpoint, or None once the fault is told. A key's window must meet the 168 hours from the end of the sealed hour, or `now`."""
    try:
        note = parse_checkpoint(raw)
        known = [(trust.keys[name, i], value) for name, i, value in note.signatures if (name, i) in trust.keys] if trust else []
        holds = all(is_signed(key[0], note.signed, value) for key, value in known)
    except ValueError as error: return fault("checkpoint", "a checkpoint", str(error), file=file)
    if trust and note.origin != trust.origin: return fault("wrong-origin", trust.origin, note.origin, file=file)
    if trust and not known: return fault("not-signed", "a signature of a trusted key", "none", file=file)
    if not holds: return fault("signature", "a signature that holds", "one that does not", file=file)
    first, last = (note.end, note.end + 168 * HOUR) if note.end else (now, now)
    if trust and first and not any(start <= last and first < until for (_, start, until), _ in known):
        fault("retired-key", "a key valid at " + first.isoformat(), "none", file=file)
    return note
def read_proof(raw, leaf, file, trust):
    """The checkpoint of a proof that holds for this leaf, or None once the fault is told."""
    head, _, note = raw.partition(b"\n\n")
    checkpoint = read_checkpoint(note, file, trust) if raw else fault("proof", "a proof", "none", file=file)
    if checkpoint is None: return None
    try:
        (magic, index, *proof), low, high, sides = head.decode().split("\n"), 0, checkpoint.size, []
        if index.startswith("extra "): unbase64(index[6:]); index, *proof = proof
        if magic != "c2sp.org/tlog-proof@v1" or not index.startswith("index "): raise Bad("no proof file")
        index, proof = natural(index[6:]), [unbase64(line) for line in proof]
        while high - low > 1:
            middle = low + (1 << (high - low - 1).bit_length() - 1)
            sides.insert(0, index >= middle)
            low, high = (middle, high) if index >= middle else (low, middle)
        if index >= checkpoint.size or [len(h) for h in proof] != [32 for _ in sides]: raise Bad("not of leaf %d" % index)
    except ValueError as error: return fault("proof", "a proof file", str(error), file=file)
    for sibling, left in zip(proof, sides): leaf = sha(b"\1", sibling, leaf) if left else sha(b"\1", leaf, sibling)
    return checkpoint if leaf == checkpoint.root else fault("proof", checkpoint.root, leaf, leaf=index, file=file)
# Entries and chains
TIME, DIGEST = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "[0-9a-f]{64}"
MEMBERS = {"": "(actor )?facts kind occurredAt (part )?(payload )?prev recordedAt seq source subject v", "actor": "(id )?(login )?system",
           "part": "index of", "payload": "archive length offset sha256", "source": "auth event id norm (replays )?system"}
PATTERNS = {"kind": "[a-z-]+", "occurredAt": TIME, "recordedAt": TIME, "prev": DIGEST,
            "subject": "(change|commit|ref|ticket|deployment|incident|config|audit|evidence):[^\\s\0-\x1f\x7f]+"}
def open_entry(raw, **where):
    """The entry in these bytes, or None once the fault is told."""
    try:
        entry = parse(raw)
        parts = {"": entry, **{name: entry[name] for name in MEMBERS if name in entry}}
        wrong = [name or "entry" for name, part in parts.items() if not re.fullmatch(MEMBERS[name], " ".join(sorted(part.keys())))]
        wrong += [name for name, pattern in PATTERNS.items() if not re.fullmatch(pattern, entry[name])]
        wrong += ["seq"] if type(entry["seq"]) is not int or entry["seq"] < 0 else []
        wrong += ["v, or a length"] if entry["v"] != 1 or len(entry["subject"].encode()) > 1024 or len(raw) > 32768 else []
        entry["sealed"] = [(one["key"], one["sha256"]) for one in entry["facts"]["bundles"]] if entry["kind"] == "sealed" else []
        if not wrong: return entry
        fault("entry", "an entry of version 1", "another " + wrong[0], **where)
    except (ValueError, RecursionError) as error: fault("canonical", "canonical JSON", str(error), **where)
    except (KeyError, TypeError, AttributeError) as error: fault("entry", "an entry of version 1", str(error), **where)
def follow(heads, entry, leaf, excerpt=False, /, **where):
    """Holds the entry against the head of its chain, in `heads` by subject, and puts it there."""
    where, (due, head) = {"subject": entry["subject"], "seq": entry["seq"], **where}, heads.get(entry["subject"], (0, bytes(32)))
    if entry["seq"] < due: return fault("chain-doubled", due, entry["seq"], **where)
    if entry["seq"] > due and not excerpt: fault("chain-gap", due, entry["seq"], **where)
    if entry["seq"] == due and entry["prev"] != head.hex(): fault("chain-prev", head, entry["prev"], **where)
    heads[entry["subject"]] = entry["seq"] + 1, leaf
def read_ledger(path, take):
    chains = {}
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            where, last = {"file": "%s:%d" % (os.path.basename(path), number)}, next(reversed(chains), "")
            entry, leaf = open_entry(line.removesuffix(b"\n"), **where), sha(b"\0", line.removesuffix(b"\n"))
            if entry is None: continue
            if utf16(entry["subject"]) < utf16(last): fault("ledger-order", last, entry["subject"], subject=entry["subject"], seq=entry["seq"], **where)
            follow(chains, entry, leaf, **where)
            take(entry, leaf, **where)
# The log
def grow(tree, node, count=1):
    """Adds a leaf to RFC 6962's tree: a list of complete subtrees (count, hash), the widest first."""
    while tree and tree[-1][0] == count: node, count = sha(b"\1", tree.pop()[1], node), 2 * count
    tree.append((count, node))
def root_of(tree):
    return functools.reduce(lambda right, left: sha(b"\1", left, right), [node for _, node in reversed(tree)] or [sha()])
def tile_of(folder, level, n, width):
    """Path and hashes or entries of a tile, or of a wider one that took its place; what is not there is None."""
    path, items, at = "tile/%s/%s" % (level, re.sub("(...)(?=.)", r"x\1/", str(n).zfill(-(-len(str(n)) // 3) * 3))), [], 0
    files = [(path + ".p/%d" % w, w) for w in range(width, 256)] + [(path, 256)]
    file, full = next((one for one in files if os.path.isfile(os.path.join(folder, one[0]))), (files[0][0], None))
    raw = read(folder, file) if full else b""
    while at < len(raw):
        start, at = (at, at + 32) if level != "entries" else (at + 2, at + 2 + int.from_bytes(raw[at:at + 2], "big"))
        items.append(raw[start:at])
    wrong = ("tile-missing", "a tile", "none") if full is None else ("tile", "%d whole ones" % full, "%d in %d bytes" % (len(items), len(raw)))
    if at != len(raw) or len(items) != full: fault(*wrong, file=file)
    return file, (items + [None] * width)[:width]
def read_leaves(folder, checkpoint, hours, wanted, take):
    """Holds tiles, entries and chains against each other, hands over each entry; the root hashes at the wanted sizes, by tiles and by entries."""
    by_hash, by_entry, level, nodes, differing, roots, chains = [], [], 0, [], [], {0: {sha()}}, {}
    for start in range(0, checkpoint.size, 256):
        width, tile = min(256, checkpoint.size - start), []
        (tile_file, hashes), (file, entries) = (tile_of(folder, kind, start // 256, width) for kind in (0, "entries"))
        for index, (node, raw) in enumerate(zip(hashes, entries), start):
            leaf = node if raw is None else sha(b"\0", raw)
            if leaf is None: return roots
            if node not in (leaf, None): differing.append((index, node, leaf, tile_file, file))
            for tree, value in ((by_hash, node or leaf), (tile, node or leaf), (by_entry, leaf)): grow(tree, value)
            if index + 1 in wanted: roots[index + 1] = {root_of(by_hash), root_of(by_entry)}
            entry = None if raw is None else open_entry(raw, leaf=index, file=file)
            if entry is None: continue
            follow(chains, entry, leaf, leaf=index, file=file)
            passed = bisect.bisect_right(hours, index, key=lambda note: note.size)  # so many hours were sealed without this leaf
            if passed and instant(entry["recordedAt"]) < hours[passed - 1].end - HOUR / 60:
                fault("late", "below leaf %d" % hours[passed - 1].size, entry["recordedAt"], subject=entry["subject"], seq=entry["seq"], leaf=index)
            take(entry, leaf, leaf=index, file=file)
        if width == 256: nodes.append(root_of(tile))
    for index, node, leaf, tile_file, file in differing:
        wrong = ("tile", leaf, node, tile_file) if root_of(by_entry) == checkpoint.root else ("bundle-entry", node, leaf, file)
        fault(*wrong[:3], leaf=index, file=wrong[3])
    while nodes:
        level, below, nodes = level + 1, nodes, []
        for start in range(0, len(below), 256):
            (file, hashes), tile = tile_of(folder, level, start // 256, min(256, len(below) - start)), []
            for node, held in zip(below[start:], hashes):
                if held not in (node, None): fault("tile", node, held, file=file)
                grow(tile, node)
            if len(hashes) == 256: nodes.append(root_of(tile))
    if checkpoint.root not in roots[checkpoint.size]: fault("root", root_of(by_hash), checkpoint.root, file="checkpoint")
    return roots
def read_hours(folder, trust):
    notes = []
    for file in walk(folder, "hours/**/*"):
        note, before = read_checkpoint(read(folder, file), file, trust), notes[-1] if notes else None
        falls = note and before and note.size < before.size
        if note and (falls or file != note.path): fault("hour-differs", before.size if falls else file, note.size if falls else note.path, file=file)
        elif note and before and note.end - before.end != HOUR: fault("hour-missing", "the hour after " + before.path, note.path, file=file)
        notes += [note] if note and file == note.path else []
    return notes
# Evidence bundles
def files_of(path):
    """The files of a bag in a folder or in a zip, by their paths in the bag."""
    if os.path.isdir(path): return {file: read(path, file) for file in walk(path)}
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if len(set(names)) != len(names) or len({name.split("/")[0] for name in names}) != 1: raise Bad("not one folder with each file once")
        return {name.partition("/")[2]: archive.read(name) for name in names}
def read_manifest(files, bag, manifest, covered):
    listed = {line[66:]: line[:64] for line in files[manifest].decode().split("\n")[:-1]}
    for file in sorted(listed.keys() | covered):
        if file not in listed: fault("file-extra", "no such file in " + manifest, "one", file=bag + file)
        elif file not in files: fault("file-missing", listed[file], "none", file=bag + file)
        elif sha(files[file]).hex() != listed[file]: fault("file-differs", listed[file], sha(files[file]), file=bag + file)
def read_bag(path, trust, wanted, take):
    files, chains, bag, file = files_of(path), {}, path + "/", path + "/data/entries.jsonl"
    read_manifest(files, bag, "tagmanifest-sha256.txt", [name for name in files if name[:5] != "data/" and name[:3] not in ("tag", "att")])
    read_manifest(files, bag, "manifest-sha256.txt", [name for name in files if name[:5] == "data/"])
    lines = files["data/entries.jsonl"].split(b"\n")[:-1]
    for chain in parse(files["data/chains.json"])["chains"]:
        mine, lines, leaf = lines[:chain["length"]], lines[chain["length"]:], b""
        entries = [(entry, sha(b"\0", raw)) for raw in mine if (entry := open_entry(raw, file=file))]
        named = {entry["prev"] for entry, _ in entries}
        for entry, leaf in entries:
            where = {"subject": entry["subject"], "seq": entry["seq"]}
            if entry["subject"] != chain["subject"]: fault("bundle-chains", chain["subject"], entry["subject"], **where, file=file)
            follow(chains, entry, leaf, "excerpt" in chain, file=file)
            take(entry, leaf, file=file)
            body, proof = entry.get("payload", {}).get("sha256"), "data/log/%s.tlog-proof" % leaf.hex()
            if body and "data/raw/%s.warc.gz" % body not in files: fault("payload-missing", body, "none", **where, file=bag)
            if leaf.hex() not in named: wanted.append((bag + proof, read_proof(files.get(proof, b""), leaf, bag + proof, trust)))
        if (len(mine), leaf.hex()) != (chain["length"], chain["head"]):
            fault("bundle-chains", chain["head"], leaf, subject=chain["subject"], file=bag + "data/chains.json")
    if lines: fault("bundle-chains", "no more entries", len(lines), file=file)
    wanted.append((bag + "data/log/checkpoint", read_checkpoint(files["data/log/checkpoint"], bag + "data/log/checkpoint", trust)))
def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("bundle", nargs="*")
    parser.add_argument("--checkpoint", action="append", default=[])
    parser.add_argument("--now", default=datetime.datetime.now(datetime.timezone.utc).isoformat())
    for name in ("ledger", "log", "bundles", "trust"): parser.add_argument("--" + name)
    given = parser.parse_args()
    if not (given.bundle or given.ledger or given.log): parser.error("nothing to verify")
    trust = read_trust(read(given.trust or os.path.join(given.log, "trust.json"))) if given.trust or given.log else None
    wanted, claims, places, sealed, held, checkpoint = [], [], {}, {}, set(), None
    def place(entry, leaf, /, **where):
        places.setdefault((entry["subject"], entry["seq"]), (leaf, where.get("leaf")))
        for key, digest in entry["sealed"]: sealed.setdefault(key, (digest, {"subject": entry["subject"], "seq": entry["seq"]}))
    def compare(entry, leaf, /, **where):
        in_log, index = places.get((entry["subject"], entry["seq"]), (None, None))
        held.add((entry["subject"], entry["seq"]))
        if in_log is None: fault("ledger-extra", "an entry of the log", leaf, subject=entry["subject"], seq=entry["seq"], **where)
        elif in_log != leaf: fault("ledger-differs", in_log, leaf, subject=entry["subject"], seq=entry["seq"], leaf=index, **where)
    keys = walk(given.bundles) if given.bundles else []
    for path in given.bundle + [os.path.join(given.bundles, key) for key in keys]:
        try:
            if not path.endswith(".tlog-proof"): read_bag(path, trust, wanted, lambda *entry, **where: claims.append((entry, where)))
            else: wanted.append((path, read_proof(read(path), bytes.fromhex(os.path.basename(path)[:64]), path, trust)))
        except (ValueError, LookupError, TypeError, AttributeError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
            fault("bag-format", "a bag", "%s: %s" % (type(error).__name__, error), file=path)
    wanted += [(path, read_checkpoint(read(path), path, trust)) for path in given.checkpoint]
    if given.log:
        checkpoint, hours = read_checkpoint(read(given.log, "checkpoint"), "checkpoint", None), read_hours(given.log, trust)
        wanted = [(file, old) for file, old in wanted + [(hour.path, hour) for hour in hours] if old]
    if checkpoint:
        read_checkpoint(read(given.log, "checkpoint"), "checkpoint", trust, instant(given.now))
        roots = read_leaves(given.log, checkpoint, hours, {old.size for _, old in wanted} | {checkpoint.size}, place)
        for file, old in wanted:
            theirs = next((hour.root for hour in hours if hour.path == old.path), old.end and "none")
            if old.end and theirs != old.root: fault("hour-missing" if theirs == "none" else "hour-differs", old.root, theirs, file=old.path)
            if old.size > checkpoint.size: fault("truncated", "at least %d leaves" % old.size, "%d" % checkpoint.size, file=file)
            elif old.root not in roots.get(old.size, [old.root]): fault("fork", old.root, min(roots[old.size]), file=file)
    if given.ledger: read_ledger(given.ledger, compare if given.log else place)
    for (subject, seq), (leaf, index) in places.items() if given.log and given.ledger else []:
        if (subject, seq) not in held: fault("ledger-missing", leaf, "none", subject=subject, seq=seq, leaf=index)
    for entry, where in claims if places else []: compare(*entry, **where)
    for key in sorted(sealed.keys() | set(keys)) if given.bundles and places else []:
        (digest, where), real = sealed.get(key, ("a bundle on record", {})), sha(read(given.bundles, key)).hex() if key in keys else "none"
        if real != digest: fault("sealed-missing" if real == "none" else "sealed-differs", digest, real, **where, file=key)
    told = "%d entries, %d bundles and proofs: %d faults" % (len(places), len(given.bundle) + len(keys), len(faults))
    print(told + ("" if trust else "; without a trust file no signature was verified"), file=sys.stderr)
    return 1 if faults else 0

if __name__ == "__main__":
    try: sys.exit(main())
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error: sys.exit(print(repr(error), file=sys.stderr) or 2)

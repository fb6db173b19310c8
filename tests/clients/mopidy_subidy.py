"""Mopidy with Mopidy-Subidy: browses, searches and plays into a sink that drops the sound. Its argument is the edge's URL."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

PATIENCE_SECS = 90


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def configuration(folder, port):
    return f"""
[core]
cache_dir = {folder}/cache
config_dir = {folder}/config
data_dir = {folder}/data
[audio]
mixer = none
output = fakesink sync=true
[http]
enabled = true
hostname = 127.0.0.1
port = {port}
zeroconf =
[file]
enabled = false
[m3u]
enabled = false
[stream]
enabled = false
[subidy]
enabled = true
url = {sys.argv[1]}
username = guest
password = guest
api_version = 1.16.1
"""


def call(port, method, **params):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": f"core.{method}", "params": params}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/mopidy/rpc", body, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        said = json.load(answer)
    assert "error" not in said, said
    return said["result"]


def until(what, look):
    deadline = time.monotonic() + PATIENCE_SECS
    while time.monotonic() < deadline:
        try:
            seen = look()
        except OSError:
            seen = None
        if seen:
            return seen
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come")


def listen(port):
    until("Mopidy", lambda: call(port, "get_uri_schemes"))
    root = next(ref for ref in call(port, "library.browse", uri=None) if ref["name"] == "Subsonic")
    shelves = {ref["name"]: ref["uri"] for ref in call(port, "library.browse", uri=root["uri"])}
    assert list(shelves) == ["Albums", "Artists", "Directories"], shelves
    artists = call(port, "library.browse", uri=shelves["Artists"])
    albums = call(port, "library.browse", uri=artists[0]["uri"])
    songs = call(port, "library.browse", uri=albums[0]["uri"])
    directories = call(port, "library.browse", uri=shelves["Directories"])
    assert artists and albums and songs and directories

    track = call(port, "library.lookup", uris=[songs[0]["uri"]])[songs[0]["uri"]][0]
    found = call(port, "library.search", query={"any": [track["name"]]})
    hits = [hit["uri"] for result in found for hit in result.get("tracks", [])]
    assert track["uri"] in hits, (track, hits)
    assert call(port, "playlists.as_list")

    call(port, "tracklist.add", uris=[track["uri"]])
    call(port, "playback.play")
    until("sound", lambda: call(port, "playback.get_time_position"))
    until("the end of the song", lambda: call(port, "playback.get_state") == "stopped")
    assert call(port, "history.get_length") == 1


with tempfile.TemporaryDirectory() as folder:
    port = free_port()
    file = os.path.join(folder, "mopidy.conf")
    with open(file, "w", encoding="utf-8") as out:
        out.write(configuration(folder, port))
    mopidy = subprocess.Popen([sys.executable, "-m", "mopidy", "--config", file])
    try:
        listen(port)
    finally:
        mopidy.terminate()
        mopidy.wait()
print("Mopidy-Subidy: done")

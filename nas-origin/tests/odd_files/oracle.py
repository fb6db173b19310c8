"""What mutagen reads from audio files: one JSON object, {file: {field: value}}, of the fields that the test compares.

The argument is the folder; mutagen is found by PYTHONPATH. Files that mutagen cannot read are left out.
"""

import json
import os
import sys

import mutagen
from mutagen.id3 import ID3

VORBIS = {"title": "title", "artist": "artist", "album": "album", "album_artist": "albumartist", "date": "date",
          "genre": "genre", "composer": "composer", "track": "tracknumber", "disc": "discnumber", "isrc": "isrc", "bpm": "bpm", "comment": "comment"}
ID3_FRAMES = {"title": "TIT2", "artist": "TPE1", "album": "TALB", "album_artist": "TPE2", "date": "TDRC",
              "genre": "TCON", "composer": "TCOM", "track": "TRCK", "disc": "TPOS", "isrc": "TSRC", "bpm": "TBPM"}
APE = {"title": "Title", "artist": "Artist", "album": "Album", "album_artist": "Album Artist", "date": "Year",
       "genre": "Genre", "composer": "Composer", "track": "Track", "disc": "Disc", "isrc": "ISRC", "bpm": "BPM", "comment": "Comment"}
MP4 = {"title": "\xa9nam", "artist": "\xa9ART", "album": "\xa9alb", "album_artist": "aART", "date": "\xa9day",
       "genre": "\xa9gen", "composer": "\xa9wrt", "track": "trkn", "disc": "disk", "bpm": "tmpo", "comment": "\xa9cmt"}
ASF = {"title": "Title", "artist": "Author", "album": "WM/AlbumTitle", "album_artist": "WM/AlbumArtist",
       "date": "WM/Year", "genre": "WM/Genre", "composer": "WM/Composer", "track": "WM/TrackNumber",
       "disc": "WM/PartOfSet", "isrc": "WM/ISRC"}


def texts_of(field, value):
    if field == "genre" and hasattr(value, "genres"):
        return value.genres
    if hasattr(value, "text"):
        return [str(text) for text in value.text]
    if not isinstance(value, (list, tuple)):
        value = list(value) if type(value).__name__ == "APETextValue" else [value]
    return [str(text[0]) if isinstance(text, tuple) else str(text) for text in value]


def fields_of(path):
    file = mutagen.File(path)
    if file is None:
        return None
    found = {"duration_ms": round(getattr(file.info, "length", 0) * 1000)}
    for field in ("sample_rate", "channels"):
        number = getattr(file.info, field, 0)
        # Of MP4 it tells what the head of the sample entry says: 2 for any AAC. Of WavPack, whether there is more than one.
        if number and not (field == "channels" and type(file).__name__ in ("MP4", "WavPack")):
            found[field] = number
    tags = file.tags
    if isinstance(tags, ID3):
        words = ID3_FRAMES
    else:
        words = {"MP4Tags": MP4, "ASFTags": ASF, "APEv2": APE}.get(type(tags).__name__, VORBIS)
    for field, word in words.items():
        if tags is not None and word in tags:
            texts = [text.strip("\0 \n") for text in texts_of(field, tags[word])]
            texts = [text for text in texts if text and not (field == "bpm" and text == "0")]
            if texts:
                found[field] = texts
    return found


def main():
    folder, answers = sys.argv[1], {}
    for name in sorted(os.listdir(folder)):
        try:
            fields = fields_of(os.path.join(folder, name))
        except Exception:  # a library's own complaint about a broken file, of whatever kind
            continue
        if fields is not None:
            answers[name] = fields
    json.dump(answers, sys.stdout, ensure_ascii=True)


main()

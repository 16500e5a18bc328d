"""XMP as programs write it, in all three spellings of RDF."""

from collections.abc import Sequence
from typing import Literal

Spelling = Literal["attributes", "resources", "descriptions"]

_HEAD = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#"
 xmlns:MP="http://ns.microsoft.com/photo/1.2/" xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#"
 xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#"
 xmlns:acdsee-rs="http://ns.acdsee.com/regions/" xmlns:acdsee-stArea="http://ns.acdsee.com/sType/Area#"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:digiKam="http://www.digikam.org/ns/1.0/"
 xmlns:lr="http://ns.adobe.com/lightroom/1.0/">"""
_FOOT = "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end='w'?>"

Centred = tuple[float, float, float, float]
"""x and y of the middle, width, height."""


def packet(*properties: str) -> bytes:
    return (_HEAD + "".join(properties) + _FOOT).encode()


def structure(fields: dict[str, str], spelling: Spelling) -> tuple[str, str]:
    """Attributes and content of an element that holds a structure; a value that begins with `<` is one itself."""
    inner = "".join(
        f"<{name}{value[1:]}" if value[:1] == "<" else f"<{name}>{value}</{name}>" for name, value in fields.items()
    )
    if spelling == "attributes":
        plain = "".join(f' {name}="{value}"' for name, value in fields.items() if value[:1] != "<")
        rest = "".join(f"<{name}{value[1:]}" for name, value in fields.items() if value[:1] == "<")
        return plain, rest
    if spelling == "resources":
        return ' rdf:parseType="Resource"', inner
    return "", f"<rdf:Description>{inner}</rdf:Description>"


def element(name: str, fields: dict[str, str], spelling: Spelling) -> str:
    attributes, content = structure(fields, spelling)
    return f"<{name}{attributes}>{content}</{name}>"


def _inner(name: str, fields: dict[str, str], spelling: Spelling) -> str:
    """The same as the value of a field."""
    return "<" + element(name, fields, spelling)[1 + len(name) :]


def mwg(
    *faces: tuple[str, Centred],
    size: tuple[float, float] | None = None,
    spelling: Spelling = "resources",
    kind: str = "Face",
) -> str:
    def one(name: str, area: Centred) -> str:
        sides = {f"stArea:{side}": str(value) for side, value in zip("xywh", area, strict=True)}
        sides["stArea:unit"] = "normalized"
        fields = {"mwg-rs:Name": name, "mwg-rs:Area": _inner("mwg-rs:Area", sides, spelling)}
        return element("rdf:li", {**fields, **({"mwg-rs:Type": kind} if kind else {})}, spelling)

    fields = {}
    if size is not None:
        dimensions = {"stDim:w": str(size[0]), "stDim:h": str(size[1]), "stDim:unit": "pixel"}
        fields["mwg-rs:AppliedToDimensions"] = _inner("mwg-rs:AppliedToDimensions", dimensions, spelling)
    fields["mwg-rs:RegionList"] = f"<><rdf:Bag>{''.join(one(*face) for face in faces)}</rdf:Bag></mwg-rs:RegionList>"
    return element("mwg-rs:Regions", fields, spelling)


def microsoft(*faces: tuple[str, str], spelling: Spelling = "resources") -> str:
    """Each by its rectangle as Microsoft writes it."""
    members = (
        element("rdf:li", {"MPReg:PersonDisplayName": name, **({"MPReg:Rectangle": box} if box else {})}, spelling)
        for name, box in faces
    )
    fields = {"MPRI:Regions": f"<><rdf:Bag>{''.join(members)}</rdf:Bag></MPRI:Regions>"}
    return element("MP:RegionInfo", fields, spelling)


def acdsee(name: str, area: Centred, kind: str = "DLYArea") -> str:
    sides = {f"acdsee-stArea:{side}": str(value) for side, value in zip("xywh", area, strict=True)}
    fields = {
        "acdsee-rs:Name": name,
        "acdsee-rs:NameAssignType": "manual",
        "acdsee-rs:Type": "Face",
        f"acdsee-rs:{kind}": _inner(f"acdsee-rs:{kind}", sides, "resources"),
    }
    member = element("rdf:li", fields, "resources")
    whole = {"acdsee-rs:RegionList": f"<><rdf:Bag>{member}</rdf:Bag></acdsee-rs:RegionList>"}
    return element("acdsee-rs:Regions", whole, "resources")


def bag(name: str, members: Sequence[str]) -> str:
    return f"<{name}><rdf:Bag>{''.join(f'<rdf:li>{one}</rdf:li>' for one in members)}</rdf:Bag></{name}>"

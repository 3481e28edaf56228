"""The picture of a run: bars of ours against the limit and the target, as SVG."""

from xml.sax.saxutils import escape

from bench.results import Report

_LEFT, _FULL, _ROW, _TOP = 330, 420, 26, 64
_COLOURS = {"yes": "#2e7d32", "by CPU": "#2e7d32", "no": "#c62828", "void": "#9e9e9e", "": "#1565c0"}


def picture(report: Report) -> str:
    """One row for each operation and for each figure that has a target.

    An operation's bar is its ratio to the limit, which is the whole width; the stroke is the target. A figure's bar is
    its share of the target, so that the stroke stands at the same place for all of them.
    """
    rows = [
        _row(n, row.title, row.ratio.median, row.target, f"{row.ratio.median:.2f}", row.met)
        for n, row in enumerate(report.measured)
    ]
    for fact in report.facts:
        if fact.target:
            value = f"{fact.value:.3g} {fact.unit} (target {fact.target:g})"
            rows.append(_row(len(rows), fact.title, fact.value / fact.target / 2, 0.5, value, fact.met))
    height = _TOP + _ROW * len(rows) + 16
    head = f"{report.at}, {report.mode}, commit {report.machine.commit}, {report.machine.cores} cores"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _FULL + 230}" height="{height}" '
            'font-family="sans-serif" font-size="13">',
            '<rect width="100%" height="100%" fill="white"/>',
            '<text x="12" y="24" font-size="16">Ours (bar), the target (stroke), the limit (whole width)</text>',
            f'<text x="12" y="44" fill="#555">{escape(head)}</text>',
            *rows,
            "</svg>",
        ]
    )


def _row(number: int, title: str, share: float, target: float | None, words: str, met: str) -> str:
    y = _TOP + number * _ROW
    width = round(_FULL * max(0.0, min(1.0, share)), 1)
    parts = [
        f'<text x="{_LEFT - 8}" y="{y + 15}" text-anchor="end">{escape(_short(title))}</text>',
        f'<rect x="{_LEFT}" y="{y}" width="{_FULL}" height="20" fill="#eceff1"/>',
        f'<rect x="{_LEFT}" y="{y}" width="{width}" height="20" fill="{_COLOURS[met]}"/>',
        f'<text x="{_LEFT + _FULL + 8}" y="{y + 15}">{escape(words)}</text>',
    ]
    if target is not None:
        x = _LEFT + _FULL * target
        parts.append(f'<line x1="{x}" x2="{x}" y1="{y - 2}" y2="{y + 22}" stroke="black" stroke-width="2"/>')
    return "".join(parts)


def _short(title: str) -> str:
    return title if len(title) <= 52 else f"{title[:51]}…"

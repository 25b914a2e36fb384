/// How a repository's page looks, on light and dark, narrow and wide screens. Text has a contrast of at least 4.5 to 1.
enum RepositoryPageStyle {
    static let text = """
        :root {
          --back: #ffffff; --panel: #f4f6f8; --line: #d5dbe1; --text: #1a2027; --soft: #566270; --link: #0a58ae;
          --note: #7a4b00; --note-back: #fff6df;
          color-scheme: light dark;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --back: #10151b; --panel: #19202a; --line: #313b48; --text: #e7ebef; --soft: #a1adba; --link: #83bcff;
            --note: #f3cf87; --note-back: #2b2413;
          }
        }
        * { box-sizing: border-box; }
        html { background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
        body { max-width: 76rem; margin: 0 auto; padding: 2rem 1.5rem 3rem; overflow-wrap: anywhere; }
        h1 { margin: 0; font-size: 2rem; line-height: 1.2; }
        h1 strong { color: var(--note); font-weight: inherit; }
        h1 + p { margin: .25rem 0 0; color: var(--soft); font-size: 1.125rem; }
        h2 { margin: 2.5rem 0 .75rem; font-size: 1.375rem; line-height: 1.3; }
        a { color: var(--link); text-underline-offset: .15em; }
        :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        .skip { position: absolute; left: -100rem; }
        .skip:focus { left: 1.5rem; top: .5rem; padding: .25rem .5rem; background: var(--back); }
        .note { padding: .5rem .75rem; border-radius: .375rem; background: var(--note-back); color: var(--note); }
        dl {
          display: grid; grid: auto auto / auto-flow; justify-content: start; gap: 0 2.5rem; margin: 1.25rem 0 0;
        }
        dt { color: var(--soft); font-size: .875rem; }
        dd { margin: 0; font-variant-numeric: tabular-nums; }
        dd:not(:last-child) { white-space: nowrap; }
        code { font: .875em/1.5 ui-monospace, monospace; }
        ol { margin: 0; padding: 0 0 0 1.5rem; }
        li::marker { color: var(--soft); }
        li p { margin: 0 0 .375rem; }
        pre {
          margin: 0 0 1rem; padding: .75rem 1rem; overflow-x: auto; border: 1px solid var(--line);
          border-radius: .375rem; background: var(--panel); overflow-wrap: normal; user-select: all;
        }
        summary { margin: 0 0 .75rem; color: var(--link); cursor: pointer; }
        table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td {
          padding: .5rem 1.25rem .5rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
        }
        thead th { color: var(--soft); font-size: .875rem; font-weight: 600; white-space: nowrap; }
        tbody th { min-width: 12rem; font-weight: 600; }
        td:nth-of-type(3), thead th:nth-child(4) { text-align: right; }
        td:nth-of-type(2), td:nth-of-type(3), time { white-space: nowrap; }
        td:last-child { padding-right: 0; color: var(--soft); }
        td code { display: block; max-width: 32ch; font-size: .8125rem; word-break: break-all; user-select: all; }
        .old th { font-weight: 400; }
        .old td { color: var(--soft); }
        footer { margin-top: 2.5rem; color: var(--soft); font-size: .875rem; }
        @media (max-width: 56rem) {
          body { padding: 1.25rem 1rem 2rem; }
          h1 { font-size: 1.625rem; }
          dl { grid: auto-flow / auto 1fr; align-items: baseline; gap: .125rem 1.25rem; }
          thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          table, tbody { display: block; }
          tr { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .625rem 0; border-bottom: 1px solid var(--line); }
          thead tr { display: table-row; }
          tbody th, td { padding: 0; border: 0; }
          tbody th, td:last-child { flex: 1 0 100%; }
        }
        @media print { .skip, details { display: none; } }
        """
}

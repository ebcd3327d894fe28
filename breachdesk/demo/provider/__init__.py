"""The rehearsal provider: stands where a phone company and the mail server would, as a process of its own.

    python -m breachdesk.demo.provider

It takes phone messages over HTTP and e-mail over SMTP, keeps what it received in a file that survives it, sends signed
receipts, and can be told to fail while it runs. Two of them stand beside each other as two companies.

    POST /phone      {"id", "to", "from", "kind": "sms"|"lms"|"alimtalk", "subject", "text"}, signed -> {"provider_id", "duplicate"}
                     {"messages": [as above, …]} -> {"results": [{"id", "provider_id", "duplicate"}, …]}
    GET  /received   what arrived, newest first; ?to=ADDRESS to one, ?most=200 the newest of it
    GET  /control    how it answers now, how much arrived, and how the receipts were answered
    POST /control    tells it otherwise (behaviour.py); the answer is that of GET

Environment: PROVIDER_HTTP and PROVIDER_SMTP (host:port; the second optional), PROVIDER_LEDGER (a file), PHONE_PROVIDER_SECRET,
RECEIPT_URL (optional), PROVIDER_WITHOUT_APP (whose number ends so has no messenger: no AlimTalk reaches them; 9 in the demo).
"""

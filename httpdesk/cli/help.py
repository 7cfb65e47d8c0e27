"""The help texts."""

from __future__ import annotations

HELP = """\
HTTPDesk sends exactly what you typed, and shows it first.

Usage:
  httpdesk [FOLDER]                     Open the window, on a collection folder
  httpdesk send [METHOD] URL [OPTIONS]  Send a request and print the body
  httpdesk send FILE.yml [OPTIONS]      Send a request of a collection folder
  httpdesk connections COMMAND          List connections, sign in and out, try them
  httpdesk history COMMAND              List what was sent, show it, delete it
  httpdesk env COMMAND                  Show and change environments of a collection
  httpdesk list [FOLDER]                List the requests of a collection folder
  httpdesk new KIND FOLDER [NAME]       Make a collection, a folder in it, or a request
  httpdesk doctor [FOLDER ...]          Check HTTPDesk's own files, and collections

Options:
  -h, --help            Show this help; "httpdesk send --help" shows all of send,
                        and each other command has a help of its own
      --version         Show the version
      --demo FILE.png   Send a sample request in the real window, and save a picture of it
      --quit-when-ready Open the window and quit when it is usable, to measure the start

Examples:
  httpdesk
  httpdesk ~/work/orders-api
  httpdesk send https://example.com/
  httpdesk send POST https://example.com/orders -d @order.json --body-type json
  httpdesk send ~/work/orders-api/orders/list.yml -q status=open
"""

SEND_HELP = """\
Send one request and print the body of the answer, byte for byte.

Usage:
  httpdesk send [METHOD] URL [OPTIONS]
  httpdesk send FILE.yml [OPTIONS]
  httpdesk send --base URL [METHOD] [PATH] [OPTIONS]

METHOD is GET when it is left out, or POST with -d. FILE.yml is a request of an OpenCollection
folder; the folder's variables and headers apply, and options below go over what the file says.
PATH stands below URL and cannot lead to another host; queries of both are joined.

Request:
  -H, --header 'Name: value'  Add a header; again for more. @FILE reads lines from a file
      --remove-header NAME    Leave out a header that is added automatically; again for more
  -q, --query name=value      Add a query parameter; again for more
  -d, --data TEXT             The body. @FILE sends a file byte for byte, @- standard input
      --body-type TYPE        text (as it is), json, xml, file, or form with one -d name=value
                              each, or graphql with the query in -d; @FILE is then read as text
      --variables JSON        The variables of a GraphQL query; @FILE reads them from a file
      --form name=value       Add a row to a multipart form; again for more
      --file name=@PATH       Add a file to a multipart form, as it is sent after all rows;
                              ;filename=NAME and ;type=TYPE behind it say how it is sent
      --var name=value        Give {{name}} a value; again for more. @env:NAME is that variable of
                              the system's environment, @- a line of standard input
      --env NAME              Fill in the values of this environment of the file's collection, or
                              of --collection
      --allow-env NAME        Let files fill in {{process.env.NAME}}, which is otherwise refused
                              until it was agreed to for that server; again for more

      --connection NAME       Sign in with this connection, instead of the one that the file or
                              its folder names; "none" sends without one. A URL that is only a
                              path stands below the connection's base URL
      --collection FOLDER     Look for it in this collection first, then among the personal ones

Sending:
      --timeout TIME          Limit of each attempt, from start to last byte: 500 (ms), 30s, 1m
      --max-retries N         Send up to N more times (0 to 90) on 5xx and network errors (0)
      --retry-delay TIME      Wait so long before each of them: 500 (milliseconds), 2s (0)
      --backoff               Wait 0.2 s, 0.4 s, 0.8 s ... up to 60 s instead
      --retry-429             Retry on status 429 too
      --retry-all             Retry on every failed status and every failure
      --retry-safe-only       Never send POST and PATCH again
      --total-timeout TIME    Limit over all attempts and waits
      --wait                  After a 202, ask its Location until the work is done
      --pages                 Follow the answer to its further pages and print all items as one
                              array; the next page is found in the Link header, the body or the
                              query
      --max-pages N           Follow at most N pages (100)
      --page-rule RULE        What names the next page: link, url /next, cursor /meta/next after,
                              page NAME, offset NAME
      --no-follow             Show a redirect instead of following it
      --max-redirects N       Follow at most N redirects (5)
      --follow-with-body      Let a redirect take the body to another server
      --no-cookies            Neither take nor send cookies. Else a run begins with an empty jar,
                              what is set on the way goes along, and nothing of it is kept
      --response-type TYPE    What to ask for in Accept: json, text, binary, auto
      --success RANGES        Statuses that count as success (200-299)

Network (what is not given here is as it is set in the window):
      --ca FILE               Trust the authorities in this PEM file instead of the system's
      --cert FILE             Show this client certificate, PEM or PKCS#12, to the server of URL;
                              HTTPDESK_SECRET_CERT_PASSPHRASE holds its passphrase
      --key FILE              The key of the certificate, when it is in a file of its own
      --tls-min VERSION       The oldest version of TLS: 1.2 or 1.3
      --insecure              Send even when the server's certificate is not valid
      --proxy URL             Go through http://, https:// or socks5://HOST:PORT; a user name may
                              stand before the host, HTTPDESK_SECRET_PROXY_PASSWORD holds the
                              password. "system" is the system's proxy, "none" is no proxy
      --no-proxy HOSTS        Go directly to these hosts: h.test,*.h.test,10.0.0.0/8

Output:
      --preview               Print what would be sent, and send nothing; -v says where each
                              line comes from
  -i, --include               Print status and headers before the body
  -o, --output FILE           Write to FILE, once all of it is there; until then to FILE.part
  -O, --remote-name           The same under the name that the server proposes, else the URL's
  -C, --continue              Go on with the FILE.part that a cut download left, where the server
                              can say that it is still the same file
      --force                 Write over an older file
      --full                  Print the result as JSON: status, headers, the body as JSON or text,
                              redirects, attempts, timings, sizes, TLS
      --json                  Print the whole exchange as JSON, the request and every hop included
  -v, --verbose               Tell on standard error what was sent, received and how long it took
      --debug                 Tell on standard error of each attempt: heads, bodies up to 10 KiB
      --reveal                Do not hide credentials in headers, --full, --json, --debug and -v
      --no-history            Do not keep this send in the history
  -h, --help                  Show this help

Secrets do not belong into a command line, where other users can read them. Put a header into a
file and give -H @FILE, or set HTTPDESK_SECRET_TOKEN and write {{TOKEN}}.

{{sample_url}} is the address of the sample server inside HTTPDesk.

On a terminal it is asked whether a body may go to another server, whether a redirect may leave TLS
or lead into a private network, whether a JSON body with a mistake is sent, and whether anything but
a GET, HEAD, OPTIONS or TRACE goes to a protected environment. Elsewhere, and with any other answer
than y, such a redirect ends with status 3 and the others with status 2.

Exit status:
  0    success
  1    the status of the answer is outside the success ranges
  2    the command line is wrong, or the request cannot be sent as it is
  3    no whole answer came
  4    a file, standard input or standard output could not be read or written
  5    a secret or a token that the connection needs could not be had; nothing was sent
  70   an error in HTTPDesk itself
  130  stopped with Ctrl+C
  141  the reader of standard output left early

Examples:
  httpdesk send '{{sample_url}}/orders' -q status=open
  httpdesk send PUT https://example.com/items/7 -d '{"price": 1.10}' --body-type json
  httpdesk send POST https://example.com/login --body-type form -d user=me -d page=1
  httpdesk send PUT https://example.com/photos/7 -d @photo.jpg
  httpdesk send https://example.com/up --form note=hi --file 'doc=@a.pdf;filename=b.pdf'
  httpdesk send https://example.com/graphql --body-type graphql -d '{ orders { id } }'
  httpdesk send https://example.com/photo -o photo.jpg
  httpdesk send https://example.com/image.iso -o image.iso -C
  httpdesk send https://example.com/jobs/7 --max-retries 5 --backoff --total-timeout 1m
  httpdesk send orders/create.yml --json | jq .response.status_code
  httpdesk send /orders --connection 'Orders API'
"""

CONNECTIONS_HELP = """\
List connections, sign in and out, and try them.

Usage:
  httpdesk connections list                    Show each connection, and whether it has its secrets
  httpdesk connections set-secret NAME SECRET  Keep a secret in the system's keyring: key, password,
                                               token, client_secret, passphrase, proxy_password
  httpdesk connections login NAME              Sign in with the browser, or get a token
  httpdesk connections logout NAME             Delete the token and the other secrets
  httpdesk connections test NAME               Send GET to the base URL, and show the status

Options:
      --collection FOLDER   Look into this collection first, then among the personal connections
      --no-browser          With login: print the URL of the page, and open no browser
      --weaker              With login: agree to a connection without S256 for PKCE
  -h, --help                Show this help

Connections are files: connections/NAME.yaml of a collection, and in the folder of your settings.
A secret is never in one. set-secret asks for it without showing it, or reads standard input; where
there is no keyring, as on a build server, set HTTPDESK_SECRET_ with the names of the connection and
the secret in capitals behind it: HTTPDESK_SECRET_ORDERS_API_KEY is the key of "Orders API".

A secret belongs to the hosts of its connection. When a connection's base URL, hosts, provider,
proxy or authorities change, it has to be entered again.

Exit status: 0 success, 1 the status of test is an error, 2 the command line is wrong or there is no
such connection, 3 no whole answer came, 4 a file could not be read or written, 5 no sign-in, no
secret or no keyring, 130 stopped with Ctrl+C.
"""

HISTORY_HELP = """\
List what was sent from the window and from the command line, newest first.

Usage:
  httpdesk history list [--search WORDS] [--limit N] [--json]
                                       Id, time, method, status, duration and URL of each send
  httpdesk history show ID [--json]    All that is kept of one
  httpdesk history delete ID...        Forget these
  httpdesk history clear [--yes]       Forget everything; asks on a terminal unless --yes is given

Options:
      --search WORDS    Only where every word is found in name, URL, method, host, status, or in a
                        body that is kept
      --limit N         At most N sends (20)
      --json            Print JSON
      --yes             Do not ask before everything is deleted
  -h, --help            Show this help

With secure inputs and outputs on, as they are unless a request says otherwise, there is only time,
method, host, status, sizes and durations. Else the exchange is kept with its credentials masked.
"""

ENV_HELP = """\
Show and change the environments of a collection: the values that its requests are sent with.

Usage:
  httpdesk env list                           Name each environment
  httpdesk env show NAME                      Print its variables; secrets never with their values
  httpdesk env set NAME VARIABLE=VALUE ...    Set variables, which are made when they are new
  httpdesk env set NAME VARIABLE --secret     Ask for the value of a secret, or read standard input
  httpdesk env unset NAME VARIABLE ...        Take variables out
  httpdesk env copy NAME NEWNAME              Make another environment with the same variables
  httpdesk env new NAME                       Make one without any

Options:
      --collection FOLDER   The collection; else the current folder
      --workspace           The variables of the whole workspace; NAME is left out then
      --secret              With set: the value is a secret, kept where secrets are, in no file
  -h, --help                Show this help

An environment is the file environments/NAME.yml of the collection. A set touches one line of it.
Values of secrets are kept on each computer for itself; a copy has none until they are set.

Exit status: 0 success, 2 the command line is wrong or there is no such environment, 4 a file could
not be read or written, 5 the secret could not be kept, 130 stopped with Ctrl+C.
"""

LIST_HELP = """\
List the requests of a collection folder: method, name and path, folders above what is in them.

Usage:
  httpdesk list [FOLDER] [--json]

FOLDER is the current one when it is left out. Files that cannot be read are listed as broken, with
the reason on standard error, and the exit status is 4.
"""

NEW_HELP = """\
Make a collection folder, a folder in it, or a request; the path of what was made is printed.

Usage:
  httpdesk new collection FOLDER [NAME]
  httpdesk new folder FOLDER NAME
  httpdesk new request FOLDER NAME [[METHOD] URL]

FOLDER is the new collection, or a folder of one. Nothing that is there is overwritten.

Examples:
  httpdesk new collection ~/work/orders-api "Orders API"
  httpdesk new request ~/work/orders-api "Create an order" POST "{{baseUrl}}/orders"
"""

DOCTOR_HELP = """\
Check the program, its folders, its settings and databases, the keyring and the proxy, and every
file of the collections that are named. Nothing is changed, and no secret is read.

Usage:
  httpdesk doctor [FOLDER ...] [--json]

Each line begins with ok, note or FAULT; the exit status is 4 when there is a fault.
"""

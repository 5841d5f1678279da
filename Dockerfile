# Touchline in a container. Two stages build the web client and the server; the image has only the results.
#
#   docker build -t touchline .
#   docker run -p 3000:3000 -v touchline:/data touchline

FROM node:22-bookworm-slim AS web
WORKDIR /build/web-client
# Packages first: they change less often than the sources, so Docker caches them.
COPY web-client/package.json web-client/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web-client/ ./
RUN npm run build

FROM rust:1.95.0-bookworm AS server
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY .cargo/ .cargo/
COPY demo/ demo/
COPY migrations/ migrations/
COPY src/ src/
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked && cp target/release/touchline /touchline
# The folder that the server may write: for an embedded database, if there is one.
RUN mkdir /data

# Has the C library, the public CA certificates and an unprivileged user; no shell.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=server /touchline /usr/local/bin/touchline
COPY --from=web /build/web-client/dist /usr/share/touchline/web
COPY --from=server --chown=65532:65532 /data /data
# GLIBC_TUNABLES puts the heap into huge pages, which saves 5 to 8 % of a delivery's CPU.
ENV PORT=3000 \
    DATABASE_URL=sqlite:///data/touchline.db \
    WEB_DIR=/usr/share/touchline/web \
    GLIBC_TUNABLES=glibc.malloc.hugetlb=1
# The user `nonroot` by number, so that runtimes that check for it see a user other than root.
USER 65532
WORKDIR /data
VOLUME /data
EXPOSE 3000
# Checks that the server lives, not that it is ready. Without its database it still shows what is loaded, and recovers by
# itself; a restart would not help.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
    CMD ["touchline", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["touchline"]
CMD ["serve"]

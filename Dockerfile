# docker build -t user-directory-mcp .
# stdio:  docker run -i --rm --read-only --tmpfs /state:uid=10001,mode=700 -e KLAVIS_API_KEY user-directory-mcp
# HTTP:   docker run --rm --read-only --tmpfs /state:uid=10001,mode=700 -p 127.0.0.1:8000:8000 user-directory-mcp \
#             serve --transport http --host 0.0.0.0 --unauthenticated --allowed-host localhost

FROM python:3.13-slim-trixie AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY server ./server
COPY tools ./tools
COPY directories ./directories
COPY pagination ./pagination
COPY sandbox ./sandbox
RUN python -m venv --without-pip /app \
    && pip --python /app/bin/python install --no-cache-dir --disable-pip-version-check --root-user-action=ignore .

FROM python:3.13-slim-trixie
LABEL org.opencontainers.image.title="user-directory-mcp" \
      org.opencontainers.image.description="An MCP server that looks up users in any user directory: short, exact, honest answers for AI agents." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.2.0" \
      io.modelcontextprotocol.server.name="io.github.user-directory-mcp/user-directory-mcp"
RUN install -d -o 10001 -g 10001 -m 0700 /state
COPY --from=build /app /app
COPY distribution/health.py /app/health.py
ENV PATH="/app/bin:$PATH" \
    PYTHONDONTWRITEBYTECODE=1 \
    USER_DIRECTORY_STATE=/state
VOLUME /state
USER 10001:10001
WORKDIR /state
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s CMD ["python", "/app/health.py"]
ENTRYPOINT ["user-directory-mcp"]
CMD ["serve"]

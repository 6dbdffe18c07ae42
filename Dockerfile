# The app in a container: dependencies first, so that a change of code rebuilds in seconds.
# docker build -t cnnviz . && docker run --rm -p 8501:8501 --read-only --tmpfs /tmp cnnviz
FROM python:3.11-slim

# uv knows where the CPU builds of torch and torchvision are; the ordinary ones bring gigabytes of CUDA.
ENV UV_TORCH_BACKEND=cpu UV_SYSTEM_PYTHON=1 UV_NO_CACHE=1
COPY requirements.txt /app/requirements.txt
RUN pip install --no-cache-dir uv==0.13.9 && uv pip install -r /app/requirements.txt

WORKDIR /app
COPY . .
# Compiled now, because the file system may be read-only later.
RUN python -m compileall -q app.py pages cnnviz && useradd --create-home --uid 1000 cnnviz

USER cnnviz
ENV HOME=/tmp PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as u; assert u.urlopen('http://localhost:8501/_stcore/health').read() == b'ok'"]
CMD ["python", "-m", "streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.headless=true"]
